Feature: Interests
  A walker says what they care about. The list is theirs alone, keeps its order, and follows the reference data.

  Background:
    Given a seeded database
    And Wildside serves it
    And Ada is logged in

  Scenario: Somebody new has no interests yet
    When Ada reads her interests
    Then they are ""
    And nothing of it was stored yet

  Scenario: Interests are kept in their order
    Given Ada is interested in "coffee, parks, food"
    When Ada changes her interests to "food, museums, coffee"
    And Ada reads her interests
    Then they are "food, museums, coffee"
    And they are at revision 2

  Scenario: Interests can all be taken back
    Given Ada is interested in "coffee, parks"
    When Ada changes her interests to ""
    And Ada reads her interests
    Then they are ""
    And they are at revision 2

  Scenario: Interests that there are not are refused, each by its place
    Given Ada is interested in "coffee"
    When Ada changes her interests to "parks, golf, food, yachts"
    Then it is refused because of "/interestThemeIds/1 unknown_key, /interestThemeIds/3 unknown_key"
    And Ada is still interested in "coffee"

  Scenario: A renamed interest is followed
    Given Ada is interested in "coffee, parks"
    When an operator renames the interest "coffee" to "cafes"
    And Ada reads her interests
    Then they are "cafes, parks"
    And they are at revision 1

  Scenario: An app that knows only the old name may use it, but not besides the new one
    Given an operator has renamed the interest "coffee" to "cafes"
    When Ada changes her interests to "coffee, food"
    Then they are "cafes, food"
    When Ada changes her interests to "coffee, cafes"
    Then it is refused because of "/interestThemeIds/1 repeated"

  Scenario: Interests are nobody else's
    Given Bob is logged in
    And Ada is interested in "coffee, parks"
    When Bob changes his interests to "museums"
    Then Ada is still interested in "coffee, parks"
    And somebody who is not logged in is shown no interests
