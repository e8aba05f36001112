"""Whatever bytes a body is, the answer is well formed and never our fault."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.http.effects import Poster
from tests.http.support import assert_problem
from tests.soak import times
from wildside.domain.errors import InvalidRequest
from wildside.inbound.http.bodies import parsed
from wildside.inbound.http.wire import Fields

PUT_IN = [b"NaN", b"1e999", b"9" * 99, b'"\\ud800"', b"\\u0000", b'{"a":1,"a":1}']
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.text(st.characters(categories=["Cs", "Cc", "Ll"])),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=20,
)
objects = st.dictionaries(
    st.one_of(st.sampled_from(["value", "size", "__proto__"]), st.text()), values, max_size=5
)
mangled = st.builds(
    lambda value, at, put: (
        (raw := json.dumps(value).encode())[: at % (len(raw) + 1)] + put + raw[at % (len(raw) + 1) :]
    ),
    objects,
    st.integers(0, 1000),
    st.one_of(st.binary(max_size=4), st.sampled_from(PUT_IN)),
)
contents = st.one_of(st.binary(max_size=200), objects.map(lambda value: json.dumps(value).encode()), mangled)


@settings(max_examples=times(2000), deadline=None)
@given(contents)
def test_whatever_comes_is_an_object_or_a_list_of_faults(content: bytes) -> None:
    try:
        taken = Fields(*parsed(content))
        value, size = taken.text("value"), taken.revision("size")
        taken.required(value=value)
        taken.done()
    except InvalidRequest as refused:
        faults = refused.faults
        assert faults
        assert all(fault.code and fault.detail for fault in faults)
        assert all(fault.where == "" or fault.where.startswith("/") for fault in faults)
    else:
        assert isinstance(value, str)
        assert "\0" not in value
        value.encode()
        assert size is None or 1 <= size < 2**31


async def test_whatever_comes_through_the_application_is_no_fault_of_ours(poster: Poster) -> None:
    """Fewer than above, but through all of it, down to the database."""
    examples: list[bytes] = []

    @settings(max_examples=times(300), deadline=None, database=None)
    @given(contents)
    def collect(content: bytes) -> None:
        examples.append(content)

    collect()
    taken = 0
    for content in [*examples, b'{"value": "a"}']:
        answer = await poster.post(content)
        taken += answer.status_code == 201
        if answer.status_code != 201:
            assert_problem(answer, 400, "invalid_request")
    assert 0 < taken < len(examples)
