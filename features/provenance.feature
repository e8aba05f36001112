Feature: Where places came from
  Administrators see what was imported, from where and when, the newest first.

  Background:
    Given a seeded database
    And an operator has imported the cafés "Ekberg, Esplanad, Fazer" from "https://example.org/monday"
    And an operator has imported the cafés "Ekberg, Fazer" from "https://example.org/tuesday"
    And there is an administrator

  Scenario: The newest comes first
    When the administrator asks where places came from
    Then they came from "https://example.org/tuesday, https://example.org/monday"
    And each of them says for which bounds

  Scenario: Page by page
    When the administrator asks where places came from, one record a page
    Then they came from "https://example.org/tuesday"
    When the administrator asks for the records after these
    Then they came from "https://example.org/monday"

  Scenario: It is for administrators
    When a stranger asks where places came from
    Then the stranger is told to log in first
    Given somebody is logged in who is no administrator
    When they ask where places came from
    Then they are told that it is not for them
