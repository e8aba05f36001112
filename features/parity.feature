Feature: Parity
  What the files in the repository say is what apps get, by every way they can get it. A difference
  is told with its place, so that somebody can decide which side is right.

  Scenario: From the files to the apps everything is equal
    Given a machine without a database
    When an operator compares everything
    Then everything is equal from the files to the apps
    And nothing of it is left running
    And nothing of it is left on disk

  Scenario: An administrator's edit is seen
    Given a seeded database
    And an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And Wildside serves it
    When an operator compares that server and its database with the files
    Then a difference is found
    And the tag "coffee" differs in its "icon" wherever it is shown
    And it is told that an administrator holds the tag "coffee"

  Scenario: A hidden row is missed
    Given a seeded database
    And an administrator has hidden the tag "views"
    And Wildside serves it
    When an operator compares that server with the files
    Then a difference is found
    And the tag "views" is missed wherever tags are shown

  Scenario: A server that was seeded from older files is found out
    Given a seeded database
    And Wildside serves it
    And the tag "coffee" has the icon "tag:newer" in the files
    When an operator compares that server with those files
    Then a difference is found
    And the tag "coffee" differs in its "icon" wherever it is shown

  Scenario: An answer that was damaged on its way is found out
    Given a seeded database
    And Wildside serves it
    And something on the way gives the tag "coffee" the icon "tag:damaged"
    When an operator compares what arrives with the files
    Then a difference is found
    And no app takes the damaged answer

  Scenario: A server that is not there is not a difference
    Given a server that is not there
    When an operator compares that server with the files
    Then it is told in one line that the server cannot be reached
