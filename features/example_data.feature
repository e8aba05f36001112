Feature: Example people
  Who shows Wildside, or tests it, needs people who can log in. One command makes them up, and everybody
  who names the same seed has the same people.

  Scenario: One command makes people who can log in
    Given a database without reference data
    When an operator makes 5 people up, of the seed "crowd"
    Then there are 5 people, "crowd-1" to "crowd-5"
    And it is said who can log in, and with which password
    And nobody of them is an administrator

  Scenario: A seed is made once
    Given a database without reference data
    And an operator has made 5 people up, of the seed "crowd"
    When an operator makes 5 people up, of the seed "crowd"
    Then there is nothing to do
    And the same people are there

  Scenario: The same seed is the same people everywhere
    Given a database without reference data
    And an operator has made 5 people up, of the seed "crowd"
    When the same is done in another database
    Then the same people are there

  Scenario: Another number of them is refused
    Given a database without reference data
    And an operator has made 5 people up, of the seed "crowd"
    When an operator makes 6 people up, of the seed "crowd"
    Then that is refused, because there are 5 of them already
    And the same people are there

  Scenario: There is an administrator only where one is asked for
    Given a database without reference data
    When an operator makes 5 people up with an administrator, of the seed "crowd"
    Then only "crowd-1" is an administrator

  Scenario: A newcomer has people to try it with
    When a newcomer starts Wildside with people to try it with
    Then the newcomer is shown how to log in
    And there are 12 people, "demo-1" to "demo-12"
    And only "demo-1" is an administrator
