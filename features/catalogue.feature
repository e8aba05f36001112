Feature: Routes and their catalogue
  Whoever opens the app sees at a glance which walks there are, in their own language, and all of it as it was
  at one moment. Who is logged in sees a route with its stops, and nobody sees the routes of somebody else.

  Background:
    Given a demo city
    And Wildside serves it

  Scenario: Everybody sees which routes there are
    When a visitor explores the catalogue
    Then there are 8 routes, 3 collections, 3 that are trending and 3 picks of the community
    And every collection, trend and pick is of a route that is shown
    And everything has a name in British English and in Spanish

  Scenario: The words that describe routes come with it
    When a visitor reads the descriptors
    Then every tag, badge and difficulty of the routes is among them

  Scenario: A walker follows a route stop by stop
    Given Ada is logged in
    When Ada opens the route "around-senate-square"
    Then she is led from "Senaatintori" to "Vanha Kauppahalli" in 8 stops

  Scenario: What has not changed is not sent again
    Given a visitor has explored the catalogue
    When the visitor asks whether the catalogue has changed
    Then it has not
    When an editor renames the collection "slow-hours"
    And the visitor asks whether the catalogue has changed
    Then it is shown anew, and says that it is newer

  Scenario: The route of somebody else is as one that is not there
    Given Ada is logged in
    And Bob is logged in
    And Bob has a route of his own
    When Bob opens his own route
    Then he is shown it
    When Ada opens the route of Bob
    Then it is said that there is no such route

  Scenario: Who is erased leaves what they recommended
    Given Ada is logged in
    And Ada recommends the route "five-coffee-houses"
    When Ada has herself erased
    And a visitor explores the catalogue
    Then the route "five-coffee-houses" is recommended by nobody

  Scenario: A demo city is made once
    When an operator makes the demo city again
    Then nothing of it was to be made
