"""The console: who opens a page, what they are shown, and where they are led."""

import html
import re
from urllib.parse import urljoin

import httpx2

from features.support.behaviour import Context, given, then, when
from features.support.people import PASSWORD, WRONG, Person
from tests.http.console.desk import words
from tests.people import account, person

ADA = "ada"


def answered(context: Context) -> str:
    answer = context.world.answer
    return f"{answer.status_code} {answer.text}"


def open_page(context: Context, path: str, headers: dict[str, str]) -> None:
    context.world.get(path, **headers)
    assert context.world.answer.headers["content-type"] == "text/html; charset=utf-8", answered(context)
    assert "default-src 'none'" in context.world.answer.headers["content-security-policy"]


def fill_in(context: Context, password: str) -> None:
    """Send the form that is shown, as a browser does without JavaScript."""
    found = re.search(r'<form class="login" method="post" action="([^"]*)"', context.world.answer.text)
    assert found, answered(context)
    url = urljoin(context.world.program.url(), html.unescape(found[1]))
    origin = {"Origin": context.world.program.url()}
    form = {"username": ADA, "password": password}
    context.world.answer = httpx2.post(url, data=form, headers=origin, timeout=30)


@given("Ada is an administrator who can log in")
def ada(context: Context) -> None:
    account(context.world.database_url, ADA, "admin")


@given("Ada is logged in to the console")
def ada_logged_in(context: Context) -> None:
    stranger_opens(context, "/console")
    fills_in(context)
    context.world.remembered["Ada"] = Person(ADA)
    context.world.remembered["Ada"].remember(context.world.answer)


@given("Bob is logged in to the console, and is no administrator")
def bob(context: Context) -> None:
    context.world.remembered["Bob"] = person(context.world.database_url, "Bob")


@when('a stranger opens "{path}"')
def stranger_opens(context: Context, path: str) -> None:
    open_page(context, path, {})


@when('{name} opens "{path}"')
def opens(context: Context, name: str, path: str) -> None:
    open_page(context, path, context.world.remembered[name].headers)


@when("Ada fills in the form")
def fills_in(context: Context) -> None:
    fill_in(context, PASSWORD)


@when("somebody fills in the form with a wrong password")
def fills_in_wrongly(context: Context) -> None:
    fill_in(context, WRONG)


@then("they are shown the form to log in")
def shown_the_form(context: Context) -> None:
    refused(context, 401)
    assert '<form class="login"' in context.world.answer.text


@then('she is led to "{path}"')
def led(context: Context, path: str) -> None:
    assert context.world.answer.status_code == 303, answered(context)
    assert context.world.answer.headers["location"] == path
    her = Person(ADA)
    her.remember(context.world.answer)
    open_page(context, path, her.headers)


@then("the page is refused with {status:d}")
def refused(context: Context, status: int) -> None:
    assert context.world.answer.status_code == status, answered(context)
    assert "Traceback" not in context.world.answer.text


@then('the page says "{text}"')
def says(context: Context, text: str) -> None:
    assert text in words(context.world.answer.text), answered(context)
