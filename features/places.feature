Feature: Places
  Whoever is out for a walk asks what there is nearby, and is told how far it is.

  Background:
    Given a seeded database
    And a "cafe" called "Ekberg" 120 metres from the station, which serves the interest "coffee"
    And a "pub" called "Tuulia" 300 metres from the station
    And a "park" called "Esplanadi" 800 metres from the station
    And Wildside serves walkers

  Scenario: What is nearest comes first
    When a walker at the station looks 500 metres around
    Then the walker is shown "Ekberg, Tuulia"
    And "Tuulia" is 300 metres away
    And the walker is told whose places these are

  Scenario: Only some of it
    When a walker at the station looks around for the category "food-and-drink"
    Then the walker is shown "Ekberg, Tuulia"
    When a walker at the station looks around for the category "park"
    Then the walker is shown "Esplanadi"
    When a walker at the station looks around for the interest "coffee"
    Then the walker is shown "Ekberg"

  Scenario: Page by page, while a place is closed
    When a walker at the station looks around, one place at a time
    And "Tuulia" is retired meanwhile
    And the walker looks on to the end
    Then the walker has seen "Ekberg, Esplanadi"

  Scenario: What is retired is still known to who kept it
    Given a walker has kept "Tuulia"
    When "Tuulia" is retired
    And a walker at the station looks 500 metres around
    Then the walker is shown "Ekberg"
    And what the walker kept is shown as retired

  Scenario: A box on a map
    When a walker looks at the map around the station
    Then all three places are on it

  Scenario: What nobody understands is told all at once
    When a walker looks for the category "nowhere" and the interest "nothing"
    Then the answer says that the request is wrong
    And the walker is told that the category and the interest are unknown
