Feature: Walks
  A walk is told of while it goes on, ended once, and kept as it was.

  Background:
    Given a seeded database
    And there is a route for everybody
    And Wildside serves it
    And Ada is logged in

  Scenario: A walk that goes on has no summary yet
    When Ada sets out on the route
    Then the walk is at revision 1, and goes on
    And Ada has completed 0 walks

  Scenario: A walk that has ended is summed up
    Given Ada has set out on the route
    When Ada arrives after 90 minutes and 5400 metres
    Then the walk is at revision 2, and has a summary of 5400 metres
    And Ada has completed 1 walk

  Scenario: A walk that has ended stays as it is
    Given Ada has set out on the route
    And Ada has arrived after 90 minutes and 5400 metres
    When Ada arrives after 95 minutes and 6000 metres
    Then it is too late to change the walk

  Scenario: A walk does not end before it starts
    Given Ada has set out on the route
    When Ada arrives after -1 minutes and 5 metres
    Then it is refused because of "/endedAt before_start"

  Scenario: The newest end comes first
    Given Ada has walked three times, and told of it in another order
    Then the walks that Ada has completed come with the newest end first

  Scenario: Two walkers may give their walks one id, and see each their own
    Given Ada has set out on the route
    And Bob is logged in
    Then Bob finds no walk of Ada's
    When Bob sets out under the same id
    And Ada arrives after 90 minutes and 5400 metres
    Then Bob has completed 0 walks
    And Ada has completed 1 walk
