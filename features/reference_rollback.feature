Feature: Edits by hand and roll-backs
  An operator may change single rows, and go back to what was. Nothing is lost: every step is a new
  version with a name and a reason.

  Scenario: A roll-back is a new version with the old content
    Given a seeded database
    And an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    When an operator rolls back to version 1
    Then the edit is done
    And the database is at version 3
    And versions 1 and 3 are the same to clients

  Scenario: An edit by hand survives a seed
    Given a seeded database
    And an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    When an operator seeds
    Then the seed is done
    And the seed says that the tag "coffee" was left alone
    And the tag "coffee" has the icon "tag:mug" in the database

  Scenario: A row that is given back follows the files again
    Given a seeded database
    And an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And an operator has given the tag "coffee" back
    When an operator seeds
    Then the seed is done
    And the tag "coffee" has the icon "tag:coffee-cup" in the database

  Scenario: A rename by hand stops the seed until the files declare it
    Given a seeded database
    And an operator has renamed the tag "coffee" to "espresso" by hand
    When an operator seeds
    Then the seed is refused because "coffee" was renamed in the database
    Given the tag "coffee" is called "espresso" in the files
    And that rename is declared
    When an operator seeds from those files
    Then the seed is done
    And the tag "espresso" is all that is left of "coffee"
