Feature: Seeding
  The files in the repository are the truth. A seed brings the database to them, all or nothing,
  and stops at what looks like a mistake.

  Scenario: The first seed makes the first version
    Given a database without reference data
    When an operator seeds
    Then the seed is done
    And the database is at version 1

  Scenario: The same seed again changes nothing
    Given a seeded database
    When an operator seeds
    Then the seed had nothing to do
    And the database is at version 1

  Scenario: A row that left the files is hidden, not deleted
    Given a seeded database
    And the tag "views" has left the files
    When an operator seeds from those files
    Then the seed is done
    And the tag "views" is kept but no longer active

  Scenario: Files that lost half of a table are refused
    Given a seeded database
    And half of the tags have left the files
    When an operator seeds from those files
    Then the seed is refused because "tags" would shrink
    And the database is at version 1

  Scenario: A declared rename moves the row
    Given a seeded database
    And the tag "coffee" is called "espresso" in the files
    And that rename is declared
    When an operator seeds from those files
    Then the seed is done
    And the tag "espresso" is all that is left of "coffee"

  Scenario: What an administrator changed is left alone
    Given a seeded database
    And an administrator has given the tag "coffee" the icon "tag:mine"
    And the tag "coffee" has the icon "tag:theirs" in the files
    When an operator seeds from those files
    Then the seed is done
    And the seed says that the tag "coffee" was left alone
    And the tag "coffee" has the icon "tag:mine" in the database

  Scenario: Everything wrong with the files is told at once
    Given a database without reference data
    And the files hold 3 mistakes
    When an operator seeds from those files
    Then the seed is refused because the files are wrong
    And each of the 3 mistakes is told with its place
    And the database is at version 0
