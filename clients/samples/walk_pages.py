"""Walks a list of Wildside to its end and back, by the links of its pages.

python walk_pages.py LIST_URL [LOGIN_URL]
"""

import json
import sys
from collections.abc import Iterator
from urllib.parse import urljoin

from asking import Answer, Client, reported


def pages(client: Client, url: str, link: str) -> Iterator[Answer]:
    """Read page after page. A link is resolved against the URL of its page (RFC 3986, section 5)."""
    while True:
        page = client.ask("GET", url)
        yield page
        reference = page.body["links"][link]
        if reference is None:
            return
        url = urljoin(page.url, reference)


def main() -> None:
    """Print each row after `>` on the way to the end, and after `<` on the way back."""
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    client = Client()
    for login in sys.argv[2:]:
        client.log_in(login)
    end = sys.argv[1]
    for page in pages(client, sys.argv[1], "next"):
        end = page.url
        for row in page.body["data"]:
            print(">", json.dumps(row, ensure_ascii=False))
    for page in pages(client, end, "prev"):
        # Within a page rows are in the order of the list, whichever way it was reached.
        for row in reversed(page.body["data"]):
            print("<", json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    reported(main)
