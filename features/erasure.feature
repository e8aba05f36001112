Feature: Erasure
  Who wants to be known no longer is forgotten at once, with all that is theirs.

  Background:
    Given a seeded database
    And Ada has an account
    And Bob has an account
    And Wildside serves it
    And Ada has signed in

  Scenario: Erased is forgotten
    When she erases her account
    Then nothing in the database is hers
    And she cannot sign in

  Scenario: Erasing ends every session
    Given another Wildside serves the same database
    When she erases her account
    Then she is signed in no longer
    And the other Wildside does not know her either

  Scenario: Others stay
    When she erases her account
    Then Bob can sign in
