Feature: Migrations
  An operator brings a database to the schema with yoyo, forwards and back.

  Scenario Outline: An empty database is migrated with either spelling of its address
    Given an empty database
    And its address is spelled "<spelling>"
    When an operator applies the migrations
    Then it is done
    And every migration is applied

    Examples:
      | spelling             |
      | postgresql://        |
      | postgresql+psycopg:// |

  Scenario: Applying again does nothing
    Given a seeded database
    When an operator applies the migrations
    Then it is done
    And the database is at version 1

  Scenario: The newest migration can be taken back and applied again
    Given a database without reference data
    When an operator takes the newest migration back
    Then it is done
    And the newest migration is no longer applied
    When an operator applies the migrations
    Then it is done
    And every migration is applied

  Scenario: A server notices that a migration was taken back
    Given a seeded database
    And Wildside serves it
    When an operator takes the newest migration back
    Then Wildside becomes not ready because of the "migrations"

  Scenario: All of it can be taken back
    Given a seeded database
    When an operator takes all migrations back
    Then it is done
    And no table of ours is left

  Scenario: A seed without migrations is refused with advice
    Given an empty database
    When an operator seeds
    Then the seed is refused because migrations are missing
