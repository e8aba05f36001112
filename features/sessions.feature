Feature: Sessions
  Whoever is logged in is known by a signed cookie, at every server of a deployment, until the session is over.

  Background:
    Given a migrated database
    And Wildside serves it at the nodes "one" and "two"
    And Ada is logged in at "one"

  Scenario: A session holds at every node
    Then Ada is known at "one"
    And Ada is known at "two"

  Scenario: Who logs out at one node is logged out at every node at once
    When Ada logs out at "two"
    Then Ada is not known at "one"
    And Ada is not known at "two"

  Scenario: A session outlives a restart
    When the node "one" is restarted
    Then Ada is known at "one"

  Scenario: A session that has expired is over
    When Ada's session expires
    Then Ada is not known at "one"

  Scenario: Whose account is disabled is logged out
    When Ada's account is disabled
    Then Ada is not known at "two"

  Scenario: A cookie that somebody changed is worth nothing
    When somebody changes a letter of Ada's cookie
    Then Ada is not known at "one"

  Scenario: A page of another site changes nothing in Ada's name
    When a page of another site makes Ada's browser send a change to "one"
    Then the answer says that this is forbidden
