Feature: The database is killed
  Clients read, listen and wait while the whole PostgreSQL is away. They are asked to come back later,
  and go on by themselves when it is there again; nothing that was committed is lost.

  Background:
    Given a seeded database on a server of its own
    And Wildside serves it
    And an app holds the bootstrap
    And a client listens
    And 3 clients read all the time

  Scenario Outline: The database server <end>, and comes back
    Given an administrator has given the tag "views" the icon "tag:last-words"
    And a client waits for 20 seconds for another version
    When the database server <end>
    Then clients that read are asked to come back later
    And Wildside is alive
    And Wildside becomes not ready because of the "database"
    And the listener is still connected
    And the waiting client still waits
    When the database server is started again
    Then Wildside becomes ready
    And clients that read are answered again
    And a client who reads the table "tags" sees the tag "views" with the icon "tag:last-words"
    When an administrator gives the tag "coffee" the icon "tag:mine"
    Then the listener hears of the newest release within a second
    And the waiting client, perhaps asked to come back meanwhile, is told of the newest release
    And the app that asks what it lacks holds the newest bootstrap
    And every answer was a whole release, none older than one before, or a request to come back
    And every answer came within 3 seconds

    Examples:
      | end                           |
      | is killed                     |
      | is stopped without a farewell |

  Scenario: The database server is killed in the midst of edits
    Given an administrator edits all the time
    When the database server is killed
    Then clients that read are asked to come back later
    When the database server is started again
    Then Wildside becomes ready
    And clients that read are answered again
    And no edit that was acknowledged is lost
    And no client that reads was told what was older than a second
    And every answer was a whole release, none older than one before, or a request to come back
    And every answer came within 3 seconds
    When an administrator gives the tag "coffee" the icon "tag:mine"
    Then the listener hears of the newest release within a second
    And the app that asks what it lacks holds the newest bootstrap
