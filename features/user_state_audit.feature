Feature: Audit of user state
  Before user state is built on, an operator learns from the database and the running application themselves
  what is there, and whether a migration has to come first.

  Scenario: Nothing of user state is there yet
    Given a database without reference data
    When an operator audits the user state
    Then no migration is required yet
    And interests are stored as "missing"
    And "users" is deferred until there is "a route, a store or a table that is about a user"
    And "login" is deferred until there is "the migration that makes users"
    And "profile" is deferred until there is "the migration that makes users"
    And "interests" is deferred until there is "the migration that makes users"

  Scenario: All of it is there, with one home for interests and one revision
    Given a database without reference data
    And user state as it is designed
    When an operator audits the user state
    Then no migration is needed
    And interests are stored as "canonical"
    And the "revision" of "interests" is "present"
    And the "stale_writes" of "interests" is "missing"
    And the "wiring" of "login" is "missing"

  Scenario: Users are missing
    Given a database without reference data
    And user state as it is designed, but without "users"
    When an operator audits the user state
    Then a migration is required
    And the "schema" of "users" is "partial"
    And the audit of "users" says "table users is missing"
    And the decision for "users" is "required"
    And the decision for "login" is "required"

  Scenario: Interests are kept twice
    Given a database without reference data
    And user state as it is designed
    And interests are also listed in a column of the preferences
    When an operator audits the user state
    Then a migration is required
    And interests are stored as "dual_model"
    And they are found in "user_interest_themes" and in "user_preferences.interest_theme_ids"
    And the decision for "interests" is "required"
    And the decision for "profile" is "not_required"

  Scenario: Nobody can log in
    Given a database without reference data
    And user state as it is designed, but without "user_credentials"
    When an operator audits the user state
    Then a migration is required
    And the "schema" of "login" is "partial"
    And the audit of "login" says "table user_credentials is missing"
    And the decision for "login" is "required"
    And the decision for "users" is "not_required"

  Scenario: Preferences have lost their revision
    Given a database without reference data
    And user state as it is designed
    And the preferences have no revision
    When an operator audits the user state
    Then a migration is required
    And the "revision" of "profile" is "missing"
    And the audit of "profile" says "column user_preferences.revision is missing"
    And the decision for "profile" is "required"
    And the decision for "interests" is "required"

  Scenario: The page in the repository is true
    Given a database without reference data
    When CI compares the audit of the user state with its page
    Then it is done
