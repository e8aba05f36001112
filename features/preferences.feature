Feature: Preferences
  A walker's interests, safety toggles and units in one place, replaced as a whole.

  Background:
    Given a seeded database
    And Wildside serves it
    And Ada is logged in

  Scenario: Somebody new is shown what holds without a choice
    When Ada reads her preferences
    Then they are to show "metric" units, with the toggles ""
    And nothing of it was stored yet

  Scenario: Everything is chosen at once
    When Ada prefers "imperial" units, with the toggles "well-lit, shade"
    And Ada reads her preferences
    Then they are to show "imperial" units, with the toggles "well-lit, shade"
    And they are at revision 1

  Scenario: Changing the interests leaves the rest as it is
    Given Ada prefers "imperial" units, with the toggles "shade"
    When Ada changes her interests to "museums"
    And Ada reads her preferences
    Then they are to show "imperial" units, with the toggles "shade"
    And they are at revision 2

  Scenario: A choice that lacks something is refused
    When Ada sends preferences without "unitSystem"
    Then it is refused because of "/unitSystem missing_field"

  Scenario: A unit system that is no longer offered stays with who has it, and cannot be chosen
    Given Ada prefers "us-customary" units, with the toggles ""
    And an operator has hidden the unit system "us-customary"
    When Ada reads her preferences
    Then they are to show "us-customary" units, with the toggles ""
    When Ada prefers "us-customary" units, with the toggles "shade"
    Then it is refused because of "/unitSystem deprecated_key"

  Scenario: A call that is sent again counts once
    When Ada sends the same preferences twice under one key
    Then both answers are the same
    And they are at revision 1

  Scenario: Who has read them already is sent nothing
    Given Ada prefers "metric" units, with the toggles "shade"
    When Ada reads her preferences
    And Ada asks whether they have changed
    Then the answer says that nothing has changed
