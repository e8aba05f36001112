"""The reference tables as Django maps them, unmanaged: `inspectdb`, tidied up."""

from typing import Any

from django.db import models


class Unmanaged(models.Model):
    """A table that is somebody else's to change."""

    class Meta:
        abstract = True
        managed = False
        app_label = "peer"


class Reference(Unmanaged):
    """A row of reference data."""

    is_active = models.BooleanField()

    class Meta(Unmanaged.Meta):
        abstract = True


class Localized(Reference):
    """A row of reference data that has a name and a place in its list."""

    slug = models.TextField(primary_key=True)
    sort_order = models.IntegerField()
    localizations: Any = models.JSONField()

    class Meta(Reference.Meta):
        abstract = True
        ordering = ("sort_order", "slug")


class Pictured(Localized):
    """The same with an icon."""

    icon = models.TextField()

    class Meta(Localized.Meta):
        abstract = True


class Badge(Pictured):
    class Meta(Pictured.Meta):
        db_table = "badges"


class CrowdLevel(Pictured):
    class Meta(Pictured.Meta):
        db_table = "crowd_levels"


class Difficulty(Pictured):
    class Meta(Pictured.Meta):
        db_table = "difficulties"


class Gradient(Pictured):
    min_percent = models.FloatField()
    max_percent = models.FloatField(null=True)

    class Meta(Pictured.Meta):
        db_table = "gradients"


class InterestPoiCategory(Reference):
    pk = models.CompositePrimaryKey("interest", "category")
    interest = models.TextField()
    category = models.TextField()
    weight = models.FloatField()

    class Meta(Reference.Meta):
        db_table = "interest_poi_categories"
        ordering = ("interest", "category")


class InterestTheme(Pictured):
    class Meta(Pictured.Meta):
        db_table = "interest_themes"


class Locale(Reference):
    code = models.TextField(primary_key=True)
    sort_order = models.IntegerField()
    text_direction = models.TextField()
    fallback = models.TextField(null=True)
    localizations: Any = models.JSONField()

    class Meta(Reference.Meta):
        db_table = "locales"
        ordering = ("sort_order", "code")


class OsmTagRule(Reference):
    pk = models.CompositePrimaryKey("osm_key", "osm_value")
    osm_key = models.TextField()
    osm_value = models.TextField()
    category = models.TextField()
    priority = models.IntegerField()

    class Meta(Reference.Meta):
        db_table = "osm_tag_rules"
        ordering = ("osm_key", "osm_value")


class PoiCategory(Pictured):
    parent = models.TextField(null=True)

    class Meta(Pictured.Meta):
        db_table = "poi_categories"


class Region(Localized):
    parent = models.TextField(null=True)
    min_lng = models.FloatField()
    min_lat = models.FloatField()
    max_lng = models.FloatField()
    max_lat = models.FloatField()
    min_zoom = models.IntegerField()
    max_zoom = models.IntegerField()
    time_zone = models.TextField()

    class Meta(Localized.Meta):
        db_table = "regions"


class RouteCategory(Pictured):
    class Meta(Pictured.Meta):
        db_table = "route_categories"


class SafetyPresetToggle(Reference):
    pk = models.CompositePrimaryKey("preset", "toggle")
    preset = models.TextField()
    toggle = models.TextField()
    position = models.IntegerField()

    class Meta(Reference.Meta):
        db_table = "safety_preset_toggles"
        ordering = ("preset", "position", "toggle")


class SafetyPreset(Pictured):
    class Meta(Pictured.Meta):
        db_table = "safety_presets"


class SafetySection(Pictured):
    class Meta(Pictured.Meta):
        db_table = "safety_sections"


class SafetyToggle(Pictured):
    section = models.TextField()
    default_enabled = models.BooleanField()

    class Meta(Pictured.Meta):
        db_table = "safety_toggles"


class Surface(Pictured):
    is_paved = models.BooleanField()

    class Meta(Pictured.Meta):
        db_table = "surfaces"


class Tag(Pictured):
    class Meta(Pictured.Meta):
        db_table = "tags"


class ThemeInterest(Reference):
    pk = models.CompositePrimaryKey("theme", "interest")
    theme = models.TextField()
    interest = models.TextField()
    weight = models.FloatField()

    class Meta(Reference.Meta):
        db_table = "theme_interests"
        ordering = ("theme", "interest")


class Theme(Pictured):
    class Meta(Pictured.Meta):
        db_table = "themes"


class UnitSystem(Localized):
    long_unit = models.TextField()
    short_unit = models.TextField()
    metres_per_long_unit = models.FloatField()
    metres_per_short_unit = models.FloatField()

    class Meta(Localized.Meta):
        db_table = "unit_systems"


REFERENCE: tuple[type[Reference], ...] = (
    Badge,
    CrowdLevel,
    Difficulty,
    Gradient,
    InterestPoiCategory,
    InterestTheme,
    Locale,
    OsmTagRule,
    PoiCategory,
    Region,
    RouteCategory,
    SafetyPresetToggle,
    SafetyPreset,
    SafetySection,
    SafetyToggle,
    Surface,
    Tag,
    ThemeInterest,
    Theme,
    UnitSystem,
)
