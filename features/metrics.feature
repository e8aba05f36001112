Feature: Metrics
  Whoever runs Wildside sees what it does, and is woken when it does not.

  Scenario: What clients do is counted
    Given a seeded database
    And Wildside serves it, with metrics
    When a client reads the bootstrap
    And a client reads a path that nobody knows
    Then 1 answer of the bootstrap is counted, and 1 of no route
    And the metrics tell version 1 of the reference data

  Scenario: Who listens is counted while they do
    Given a seeded database
    And Wildside serves it, with metrics
    And a client listens
    Then the metrics tell of 1 listener
    When the listener leaves
    Then the metrics tell of 0 listeners

  Scenario: While the database is away the metrics say so
    Given a seeded database
    And Wildside serves it, with metrics
    When the database goes away
    Then the metrics say that the database is away

  Scenario: Metrics are for operators
    Given a seeded database
    When Wildside serves it
    Then no client can read the metrics

  Scenario: A port that is in use is told before anything is served
    Given a seeded database
    And another program listens on a port
    When an operator serves Wildside, with metrics on that port
    Then that one is refused because the metrics' port is in use
