"""The tables of users as Django maps them, unmanaged: `inspectdb`, tidied up."""

from typing import Any

from django.db import models
from django_reference import Unmanaged


class User(Unmanaged):
    id = models.UUIDField(primary_key=True)
    display_name = models.TextField()
    created_at = models.DateTimeField()

    class Meta(Unmanaged.Meta):
        db_table = "users"
        ordering = ("created_at", "id")


class Preferences(Unmanaged):
    user_id = models.UUIDField(primary_key=True)
    unit_system = models.TextField()
    revision = models.IntegerField()
    updated_at = models.DateTimeField()

    class Meta(Unmanaged.Meta):
        db_table = "user_preferences"


class UserInterestTheme(Unmanaged):
    pk = models.CompositePrimaryKey("user_id", "key")
    user_id = models.UUIDField()
    key = models.TextField(db_column="interest_theme")
    position = models.IntegerField()

    class Meta(Unmanaged.Meta):
        db_table = "user_interest_themes"
        ordering = ("position",)


class UserSafetyToggle(Unmanaged):
    pk = models.CompositePrimaryKey("user_id", "key")
    user_id = models.UUIDField()
    key = models.TextField(db_column="safety_toggle")
    position = models.IntegerField()

    class Meta(Unmanaged.Meta):
        db_table = "user_safety_toggles"
        ordering = ("position",)


class Route(Unmanaged):
    id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField(null=True)

    class Meta(Unmanaged.Meta):
        db_table = "routes"


class Note(Unmanaged):
    pk = models.CompositePrimaryKey("user_id", "id")
    user_id = models.UUIDField()
    id = models.UUIDField()
    route_id = models.UUIDField()
    poi_id = models.UUIDField(null=True)
    body = models.TextField()
    revision = models.IntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(Unmanaged.Meta):
        db_table = "route_notes"


class IdempotencyKey(Unmanaged):
    pk = models.CompositePrimaryKey("user_id", "mutation", "key")
    user_id = models.UUIDField()
    mutation = models.TextField()
    key = models.UUIDField()
    request_hash = models.BinaryField()
    status_code = models.SmallIntegerField()
    headers: Any = models.JSONField()
    response = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta(Unmanaged.Meta):
        db_table = "idempotency_keys"
