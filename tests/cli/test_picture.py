"""The README's picture shows what `wildside up` prints now, but for the token and the time."""

import html
import re

from tests.cli.picture import PICTURE, printed


def test_the_picture_shows_what_is_printed() -> None:
    shown = html.unescape(re.sub(r"<[^>]*>", "\n", PICTURE.read_text())).replace("\N{NO-BREAK SPACE}", " ")
    assert [line for line in printed() if line not in shown] == [], "run `just picture`"
