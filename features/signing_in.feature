Feature: Signing in
  People prove who they are with a username and a password. Whoever guesses learns nothing, and soon has to wait.

  Background:
    Given a seeded database
    And Ada has an account
    And Wildside serves it

  Scenario: The right password
    When Ada signs in
    Then she is welcome
    And she can see who she is

  Scenario: A wrong password
    When somebody signs in as Ada with a wrong password
    Then they are turned away

  Scenario: An unknown name is told as a wrong password is
    Given somebody has signed in as Ada with a wrong password
    When somebody signs in under a name that nobody has
    Then they are turned away
    And they are told the same as before

  Scenario: A disabled account
    Given Ada has signed in
    When an operator disables her account
    Then she is signed in no longer
    And she cannot sign in

  Scenario: Guessing
    Given somebody has guessed at Ada's password 10 times
    When somebody signs in as Ada with a wrong password
    Then they are asked to wait

  Scenario: Signing out ends the session on every server
    Given Ada has signed in
    And another Wildside serves the same database
    When she signs out
    Then the other Wildside does not know her either
