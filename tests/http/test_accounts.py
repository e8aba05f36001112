"""Who is logged in."""

from tests.http.support import application, client_of, started
from tests.people import KEY, person


async def test_who_is_logged_in_sees_who_they_are(database_url: str) -> None:
    ada = person(database_url, "Ada L")
    async with started(application(database_url, session_keys=(KEY,))) as app, client_of(app) as client:
        answer = await client.get("/api/v1/users/me", headers=ada.headers)
        assert (answer.status_code, answer.json()["displayName"]) == (200, "Ada L"), answer.text
        nobody = await client.get("/api/v1/users/me")
        assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthorized")
