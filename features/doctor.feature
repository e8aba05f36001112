Feature: What is wrong, and what mends it
  An operator asks one command whether all is there that the server needs. It says what is not, and names the
  command that mends it, without changing anything itself.

  Scenario: A new database
    Given a database without reference data
    When an operator asks what is wrong
    Then "repeatables" and "release" are wrong
    When the operator runs the commands that it names
    And the operator asks what is wrong
    Then nothing is wrong

  Scenario: A database that is down
    When an operator asks what is wrong with a database that is down
    Then "database" and nothing else is wrong
    And the password is not shown
