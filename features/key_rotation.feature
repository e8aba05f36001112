Feature: Rotation of session keys
  Operators exchange the key that signs cookies while servers run and people use them. Nobody is signed out.

  Background:
    Given a migrated database
    And a new file of session keys
    And Wildside serves it at the nodes "one" and "two"
    And Ada is logged in at "one"

  Scenario: Nobody is signed out in three steps, however the nodes are restarted
    Given Ada asks all the time, now here, now there
    When the operator takes the step "introduce"
    And the node "one" is restarted
    And Bea is logged in at "one"
    Then Bea is known at "two"
    When the node "two" is restarted
    And the operator takes the step "promote"
    And the node "one" is restarted
    And Cem is logged in at "one"
    Then Cem is known at "two"
    When the node "two" is restarted
    Then Ada, Bea and Cem are known at both nodes
    When two hours have passed, in which Ada, Bea and Cem logged in anew
    And the operator takes the step "retire"
    And the node "one" is restarted
    And the node "two" is restarted
    Then Ada, Bea and Cem are known at both nodes
    And Ada was answered all the time, and never told to log in

  Scenario: A session that a retired key signed is over
    Given the operator has taken the steps "introduce", "promote" and "retire"
    When the node "one" is restarted
    Then Ada is not known at "one"
    But Ada is known at "two"

  Scenario: In a single step, somebody would be signed out
    When the operator exchanges the file for a new one
    And the node "one" is restarted
    And Bea is logged in at "one"
    Then Bea is not known at "two"

  Scenario: A step out of order is refused
    When the operator takes the step "promote"
    Then it is refused, and the next step is "introduce"

  Scenario: A server does not start on a key that is too short
    When the operator shortens the key
    And the operator starts another node
    Then it does not start because of the setting "SESSION_KEYS_FILE"
