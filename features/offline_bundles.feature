Feature: Offline bundles
  What a walker's devices keep for walks without a network.

  Background:
    Given a seeded database
    And Wildside serves it
    And Ada is logged in

  Scenario: A device keeps a region
    When Ada queues a bundle of "helsinki" on her "phone"
    Then it is kept as "queued", at revision 1 of the bundle
    And the list of Ada's "phone" has 1 bundle
    And the list of Ada's "tablet" has 0 bundles

  Scenario: A download goes on to its end
    Given Ada has queued a bundle of "helsinki" on her "phone"
    When the bundle is told to be "downloading" at 0.5
    And the bundle is told to be "complete" at 1
    Then it is kept as "complete", at revision 3 of the bundle

  Scenario: What was never loaded is not complete
    Given Ada has queued a bundle of "helsinki" on her "phone"
    When the bundle is told to be "complete" at 1
    Then the bundle cannot go there: "invalid_transition"

  Scenario: A device that sends again is told that it did
    When Ada sends the same bundle twice under one key
    Then the second answer says that it was replayed, and is else the same
    And the list of Ada's "phone" has 1 bundle

  Scenario: A renamed region is followed, and one that is no longer offered is kept
    Given Ada has queued a bundle of "tampere" on her "phone"
    And an operator has renamed the region "tampere" to "manse", and hidden it
    When the bundle is told to be "downloading" at 0.5
    Then the bundle is of "manse"
    When Ada queues a bundle of "manse" on her "phone"
    Then it is refused because of "/regionId deprecated_key"

  Scenario: Nobody sees the bundles of others, nor those that are nobody's
    Given Ada has queued a bundle of "helsinki" on her "phone"
    And a bundle of nobody's is on the "phone"
    And Bob is logged in
    Then the list of Bob's "phone" has 0 bundles
    And Bob finds no bundle of Ada's, and cannot use its id
    And the list of Ada's "phone" has 1 bundle

  Scenario: A forgotten bundle is gone
    Given Ada has queued a bundle of "helsinki" on her "phone"
    When Ada forgets the bundle
    Then the list of Ada's "phone" has 0 bundles
