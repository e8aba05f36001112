Feature: The operator's console
  Administrators see in a browser how things stand, without a command line, and can break nothing by looking.

  Background:
    Given a seeded database
    And Ada is an administrator who can log in
    And an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And Wildside serves it

  Scenario: Who opens a page logs in first, and is led there
    When a stranger opens "/console/seeds"
    Then they are shown the form to log in
    When Ada fills in the form
    Then she is led to "/console/seeds"
    And the page says "559"

  Scenario: A wrong password is told on the form
    When a stranger opens "/console"
    And somebody fills in the form with a wrong password
    Then they are shown the form to log in
    And the page says "do not fit"

  Scenario: It is for administrators
    Given Bob is logged in to the console, and is no administrator
    When Bob opens "/console/release"
    Then the page is refused with 403
    And the page says "This is for administrators."

  Scenario: Two releases side by side
    Given Ada is logged in to the console
    When Ada opens "/console/compare?from=1&to=2"
    Then the page says "changed coffee"
    And the page says "tag:coffee-cup tag:mug"

  Scenario: A text is looked for in a table
    Given Ada is logged in to the console
    When Ada opens "/console/tables/tags?q=CAFÉ"
    Then the page says "1 of 25 rows of version 2 hold “CAFÉ”"
    And the page says "tag:mug"

  Scenario: The database is gone, and the page names the check that fails
    Given Ada is logged in to the console
    And the database has been away
    When Ada opens "/console"
    Then the page is refused with 503
    And the page says "database ✗ fail"
