Feature: An app without a network
  An app reads through the Python provider: from the network, else from its cache, else from what was
  packaged with it. It always knows which, and never reads what is not a whole release.

  Background:
    Given a seeded database
    And Wildside serves it

  Scenario: With the flag off the app reads what was packaged
    Given an app whose flag is off
    When the app starts
    Then it reads what was packaged
    And its answer is not stale
    And it has kept nothing

  Scenario: With the flag on the app reads from the network
    Given an app
    When the app starts
    Then it reads the newest release from the network
    And its answer is not stale

  Scenario: Offline, an app that has a cache reads that
    Given an app that has read the newest release
    And an administrator has given the tag "coffee" the icon "tag:mine"
    And Wildside has ended
    When the app starts
    Then it reads the release of before from its cache
    And its answer is stale, and its age is known

  Scenario: Offline, an app without a cache reads what was packaged
    Given an app
    And Wildside has ended
    When the app starts
    Then it reads what was packaged
    And its answer is stale, and its age is not known

  Scenario: Offline, an app that wants no old answer is told clearly
    Given an app that has read the newest release
    And Wildside has ended
    When the app starts and wants no old answer
    Then it ends because the backend is not available

  Scenario: When the server is back the app asks only for what it lacks
    Given an app that has read the newest release
    And Wildside has ended
    And the app has started
    And an administrator has given the tag "coffee" the icon "tag:mine"
    When Wildside serves it again at the same address
    And the app starts
    Then it reads the newest release from the network
    And its answer is not stale
    And it was sent the difference only

  Scenario Outline: A cache that <damage> is not trusted
    Given an app that has read the newest release
    And its cache <damage>
    When the app starts
    Then it reads the newest release from the network
    Given its cache <damage>
    And Wildside has ended
    When the app starts
    Then it reads what was packaged
    And its answer is stale, and its age is not known

    Examples:
      | damage            |
      | has a flipped bit |
      | was cut short     |
      | is full of zeros  |

  Scenario: The cache of another backend is not used
    Given an app that has read the newest release
    And the app is told of another backend, which is away
    When the app starts
    Then it reads what was packaged
    And its answer is stale, and its age is not known

  Scenario: An app that is killed while it writes its cache leaves a whole one
    Given an app that has read the newest release
    When the app is killed 30 times while it writes and an administrator edits
    Then each time its cache was a whole release, one of those that there were
    And a killed app leaves one file at most
    When an hour has passed
    And the app starts
    Then it reads the newest release from the network
    And its cache is all that is left

  Scenario: A full disk leaves the old cache, and the app answers all the same
    Given an app that has read the newest release
    And an administrator has given the tag "coffee" the icon "tag:mine"
    When the app starts on a full disk
    Then it reads the newest release from the network
    And it says that it cannot keep it
    And its cache is all that is left
    Given Wildside has ended
    When the app starts
    Then it reads the release of before from its cache

  Scenario: Two apps share a cache
    Given an app that has read the newest release
    When another app and this one write the same cache while an administrator edits 20 times
    Then each time its cache was a whole release, one of those that there were
    And every answer of both was a whole release, none older than one before
