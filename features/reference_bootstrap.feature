Feature: Reference bootstrap
  Clients read all reference data as one release, keep it, and ask only whether there is a newer one.

  Background:
    Given a seeded database
    And Wildside serves it

  Scenario: A client reads everything at once
    When a client reads the bootstrap
    Then the answer is complete
    And it holds 20 tables
    And it names its version

  Scenario: A client reads one table
    When a client reads the table "tags"
    Then the answer is complete
    And it holds only the table "tags"

  Scenario: An unchanged release is not sent again
    Given a client has read the bootstrap
    When the client asks whether it has changed
    Then the answer says that nothing has changed

  Scenario: A change is told within a second
    Given a client has read the bootstrap
    And an administrator has given the tag "coffee" the icon "tag:mine"
    When the client asks for a second whether it has changed
    Then the answer is complete
    And the tag "coffee" is shown with the icon "tag:mine"
    And its version is newer than before

  Scenario: A hidden row is not sent
    Given an administrator has hidden the tag "views"
    When a client reads the table "tags"
    Then the answer is complete
    And the tag "views" is not shown

  Scenario: A table that is no reference table is not found
    When a client reads the table "pg_class"
    Then the answer says that there is no such thing

  Scenario: A question that the API does not know is refused
    When a client reads the bootstrap since version "3"
    Then the answer says that the request is wrong
    And the answer names the parameter "since"
