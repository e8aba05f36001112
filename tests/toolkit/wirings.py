"""What an application may be made of: of nothing of user state, and of all of it."""

from wildside.domain.audit import Wiring

NOTHING = Wiring(
    [("/health", ("GET",)), ("/api/v1/reference/{table}", ("GET",))], ["reference"], ["news"], []
)
ALL = Wiring(
    [
        ("/api/v1/login", ("POST",)),
        ("/api/v1/users", ("GET",)),
        ("/api/v1/users/me", ("GET", "DELETE")),
        ("/api/v1/users/me/interests", ("GET", "PUT")),
        ("/api/v1/users/me/preferences", ("GET", "PUT")),
    ],
    ["credentials", "sessions", "users", "preferences"],
    [],
    ["revision_mismatch"],
)
