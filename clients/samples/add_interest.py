"""Adds an interest theme to what somebody has chosen, and loses nothing that others change meanwhile.

python add_interest.py INTERESTS_URL THEME LOGIN_URL
"""

import sys

from asking import Answer, Client, Problem, reported


def add(client: Client, url: str, theme: str) -> Answer:
    """Read, add, and write only if it is still what was read; else begin anew."""
    while True:
        seen = client.ask("GET", url)
        if theme in seen.body["interestThemeIds"]:
            return seen
        chosen = {"interestThemeIds": [*seen.body["interestThemeIds"], theme]}
        never = seen.body["revision"] is None
        condition = {"If-None-Match": "*"} if never else {"If-Match": seen.headers["ETag"]}
        try:
            return client.ask_until_answered("PUT", url, chosen, condition)
        except Problem as problem:
            if problem.code != "precondition_failed":
                raise
            print(f"{problem}: reading again", file=sys.stderr)


def main() -> None:
    """Print the revision that there is at the end, and what is chosen."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    _, url, theme, login = sys.argv
    client = Client()
    client.log_in(login)
    done = add(client, url, theme)
    print(f"revision {done.body['revision']}: {', '.join(done.body['interestThemeIds'])}")


if __name__ == "__main__":
    reported(main)
