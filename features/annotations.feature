Feature: Annotations
  A walker writes down notes along a route, and keeps how far they have come: for themselves alone.

  Background:
    Given a seeded database
    And the route "Harbour" for everybody, with the stops "Market, Cathedral, Island"
    And Wildside serves it
    And Ada is logged in

  Scenario: A route that nobody has annotated
    When Ada reads her annotations of "Harbour"
    Then there are no notes, and no progress

  Scenario: Notes are kept in the order of writing
    Given Ada has noted "Ducks" along "Harbour"
    And Ada has noted "A bench with a view" at the stop "Cathedral" of "Harbour"
    When Ada replaces her note "Ducks" with "Swans", having seen revision 1
    And Ada reads her annotations of "Harbour"
    Then the notes are "Swans, A bench with a view"
    And the note "A bench with a view" is at the stop "Cathedral"

  Scenario: A note that has changed on another device is not overwritten
    Given Ada has noted "Ducks" along "Harbour"
    And Ada has replaced her note "Ducks" with "Swans"
    When Ada replaces her note "Ducks" with "Geese", having seen revision 1
    Then it is refused, since there is revision 2
    When Ada removes her note "Ducks"
    And Ada reads her annotations of "Harbour"
    Then there are no notes, and no progress

  Scenario: Of many first notes under one id one is kept
    When Ada sends 16 notes under one id along "Harbour" at once
    Then one of them is written, and the others are told of revision 1

  Scenario: Progress keeps the order of walking
    Given Ada has visited "Island, Market" along "Harbour"
    When Ada tells that she has visited "Island, Market, Cathedral" along "Harbour", having seen revision 1
    And Ada reads her annotations of "Harbour"
    Then the visited stops are "Island, Market, Cathedral", at revision 2

  Scenario: Only stops of a route can be visited along it
    Given the route "Forest" for everybody, with the stops "Oak, Spring"
    When Ada tells that she has visited "Market, Oak, Spring" along "Harbour"
    Then it is refused because of "/visitedStopIds/1 unknown_key, /visitedStopIds/2 unknown_key"

  Scenario: Nobody sees the notes of another, nor another's route
    Given Bob is logged in
    And the route "Home" for Ada alone, with the stops "Door"
    And Ada has noted "Ducks" along "Harbour"
    When Bob reads his annotations of "Harbour"
    Then there are no notes, and no progress
    When Bob removes Ada's note "Ducks"
    Then the answer says that there is no such thing
    When Bob asks for annotations of "Home"
    Then the answer says that there is no such thing
