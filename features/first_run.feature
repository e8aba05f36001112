Feature: First run
  A newcomer types one command and gets an API that answers; stopping it leaves the machine as it was.

  Scenario: One command is enough
    Given a machine without a database
    When a newcomer starts Wildside, keeping nothing
    And a client reads the bootstrap
    Then the answer is complete
    And it holds 20 tables
    And Wildside is ready

  Scenario: Stopping leaves nothing behind
    Given Wildside runs, keeping nothing
    When the newcomer stops it
    Then it ends well
    And nothing of it is left running
    And nothing of it is left on disk

  Scenario: Kept data is there after a restart
    Given Wildside runs, keeping its data
    And an administrator has given the tag "coffee" the icon "tag:mine"
    When the newcomer restarts it
    And a client reads the table "tags"
    Then the tag "coffee" is shown with the icon "tag:mine"

  Scenario: A crash loses nothing
    Given Wildside runs, keeping its data
    And a client has read the bootstrap
    When it is killed
    And the newcomer starts it again
    And a client reads the bootstrap
    Then the answer is the same as before

  Scenario: Two cannot share their data
    Given Wildside runs, keeping its data
    When another Wildside is started on the same data
    Then that one is refused because the data is in use
    And that one names the process which has it

  Scenario: A taken port is told before anything is done
    Given another program listens on a port
    When a newcomer starts Wildside on that port
    Then that one is refused because the port is in use
    And nothing of it is left on disk
