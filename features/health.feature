Feature: Health
  Whoever runs Wildside can tell whether it is alive, whether it can serve, and what is wrong if not.

  Scenario: A seeded database is all it needs
    Given a seeded database
    When Wildside serves it
    Then Wildside is alive
    And Wildside is ready

  Scenario: Before the first seed it is alive but not ready
    Given a database without reference data
    When Wildside serves it
    Then Wildside is alive
    And Wildside is not ready because of the "release"
    And it advises to run "wildside seed"

  Scenario: Before the migrations it is not ready
    Given an empty database
    When Wildside serves it
    Then Wildside is alive
    And Wildside is not ready because of the "migrations"
    And it advises to run "yoyo apply"

  Scenario: While its database is away it is alive, and asks clients to come back
    Given a seeded database
    And Wildside serves it
    When the database goes away
    Then Wildside is alive
    And Wildside is not ready because of the "database"
    And a client who reads the bootstrap is asked to come back later

  Scenario: When its database is back it is ready by itself
    Given a seeded database
    And Wildside serves it
    And the database has been away
    And Wildside has noticed
    When the database comes back
    Then Wildside becomes ready

  Scenario: A database that is ahead is only a warning
    Given a seeded database
    And a newer Wildside has migrated it
    When Wildside serves it
    Then Wildside is ready, with a warning about the "migrations"
