Feature: Asking twice for the same thing
  An app that got no answer asks again under the same key. What it asked for is done once, and it
  learns how that went.

  Background:
    Given a seeded database
    And Ada and Grace have accounts
    And Wildside serves it

  Scenario: The same request under the same key is answered again
    Given Ada has chosen metric units under a key
    When Ada chooses metric units under the same key
    Then she gets the same answer again
    And her choice was made once

  Scenario: A key is good for one request
    Given Ada has chosen metric units under a key
    When Ada chooses imperial units under the same key
    Then she is told that the key was used for something else
    And her choice was made once

  Scenario: Keys of others are other keys
    Given Ada has chosen metric units under a key
    When Grace chooses imperial units under the same key
    Then her choice is made

  Scenario: A restart of the server forgets nothing
    Given Ada has chosen metric units under a key
    And the server is killed and started again
    When Ada chooses metric units under the same key
    Then she gets the same answer again
    And her choice was made once

  Scenario: What failed may be corrected under the same key
    Given Ada has chosen furlongs under a key, which was refused
    When Ada chooses metric units under the same key
    Then her choice is made

  Scenario: A key is a UUID
    When Ada chooses metric units under the key "my-first-key"
    Then she is told that this is no key
    And her choice was never made
