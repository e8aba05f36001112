Feature: Audit of user state
  An operator learns from the database and the running application themselves whether login, users, profile and
  interests are stored, wired and safe to write, and whether a migration has to come first.

  Scenario: The schema as the migrations make it
    Given a database without reference data
    When an operator audits the user state
    Then no migration is needed
    And the "schema" of "login" is "present"
    And the "schema" of "users" is "present"
    And the "wiring" of "profile" is "present"
    And interests are stored as "canonical"

  Scenario: Preferences and interests have one revision, and stale writes are refused
    Given a database without reference data
    When an operator audits the user state
    Then the "revision" of "profile" is "present"
    And the "stale_writes" of "profile" is "present"
    And the "revision" of "interests" is "present"
    And the "stale_writes" of "interests" is "present"
    And the "wiring" of "interests" is "present"
    And they are found only in "user_interest_themes"

  Scenario: Users are missing
    Given a database without reference data
    And it has no "users"
    When an operator audits the user state
    Then a migration is required
    And the "schema" of "users" is "partial"
    And the audit of "users" says "table users is missing"
    And the decision for "users" is "required"
    And the decision for "login" is "required"

  Scenario: Interests are kept twice
    Given a database without reference data
    And interests are also listed in a column of the preferences
    When an operator audits the user state
    Then a migration is required
    And interests are stored as "dual_model"
    And they are found in "user_interest_themes" and in "user_preferences.interest_theme_ids"
    And the decision for "interests" is "required"
    And the decision for "profile" is "not_required"

  Scenario: Nobody can log in
    Given a database without reference data
    And it has no "user_credentials"
    When an operator audits the user state
    Then a migration is required
    And the "schema" of "login" is "partial"
    And the audit of "login" says "table user_credentials is missing"
    And the decision for "login" is "required"
    And the decision for "users" is "not_required"

  Scenario: Nothing of user state is there
    Given a database without reference data
    And it has nothing of user state
    When an operator audits the user state
    Then a migration is required
    And interests are stored as "missing"
    And the "schema" of "users" is "missing"
    And the decision for "users" is "required"
    And "login" is deferred until there is "the migration that makes users"
    And "interests" is deferred until there is "the migration that makes users"

  Scenario: The page in the repository is true
    Given a database without reference data
    When CI compares the audit of the user state with its page
    Then it is done
