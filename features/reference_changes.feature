Feature: Reference changes
  An app that holds a release asks only for what it lacks, and is told when there is something to ask for.

  Background:
    Given a seeded database
    And Wildside serves it
    And an app holds the bootstrap

  Scenario: Nothing has changed
    When the app asks what has changed
    Then it is told that nothing has changed

  Scenario: One row was edited
    Given an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    When the app asks what has changed
    Then it is given a difference in "tags"
    And the difference brings the tag "coffee" with the icon "tag:mug"
    And the difference is nothing else
    And the app that applies it holds the newest bootstrap

  Scenario: A hidden row is a removal
    Given an operator has hidden the tag "views" by hand
    When the app asks what has changed
    Then it is given a difference in "tags"
    And the difference removes the tag "views"
    And the difference is nothing else
    And the app that applies it holds the newest bootstrap

  Scenario: A rename tells the old and the new key, and children follow
    Given an operator has renamed the theme "coffee-culture" to "cafe-life" by hand
    When the app asks what has changed
    Then it is given a difference in "themes, theme_interests"
    And the difference renames the theme "coffee-culture" to "cafe-life"
    And all interests of the theme "coffee-culture" are told as those of "cafe-life"
    And parents are told before their children
    And the app that applies it holds the newest bootstrap

  Scenario: What was changed and changed back is not told
    Given an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And an operator has set the icon of the tag "coffee" to "tag:coffee-cup" by hand
    And an operator has set the icon of the tag "views" to "tag:eye" by hand
    When the app asks what has changed
    Then it is given a difference in "tags"
    And the difference brings the tag "views" with the icon "tag:eye"
    And the difference is nothing else
    And the app that applies it holds the newest bootstrap

  Scenario: Several versions are one answer
    Given an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And an operator has renamed the tag "coffee" to "espresso" by hand
    And an operator has hidden the tag "views" by hand
    And an operator has renamed the theme "coffee-culture" to "cafe-life" by hand
    When the app asks what has changed
    Then it is given a difference in "tags, themes, theme_interests"
    And it leads from version 1 to version 5
    And the difference renames the tag "coffee" to "espresso"
    And the difference brings the tag "espresso" with the icon "tag:mug"
    And the difference removes the tag "views"
    And the app that applies it holds the newest bootstrap

  Scenario: A roll-back is told as a difference
    Given an operator has renamed the tag "coffee" to "espresso" by hand
    And an operator has hidden the tag "views" by hand
    And the app has followed
    When an operator rolls back to version 1
    And the app asks what has changed
    Then it is given a difference in "tags"
    And it leads from version 3 to version 4
    And the difference renames the tag "espresso" to "coffee"
    And the difference brings the tag "views" with the icon "tag:panorama"
    And the app that applies it holds the newest bootstrap
    And the app holds what version 1 was

  Scenario: A pinned difference stays the same
    Given an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And the app has asked what changed up to this version
    And an operator has set the icon of the tag "coffee" to "tag:bean" by hand
    And an operator has hidden the tag "views" by hand
    When the app asks what changed up to that version
    Then the answer is the same as before
    And it may be kept for ever
    When Wildside is restarted
    And the app asks what changed up to that version
    Then the answer is the same as before

  Scenario: After another line of versions has begun everything is told
    Given an operator has set the icon of the tag "coffee" to "tag:mug" by hand
    And an operator has begun another line of versions
    When the app asks what has changed
    Then it is given everything
    And the app that applies it holds the newest bootstrap

  Scenario: Whoever names a release that never was is told everything
    When an app with a release that never was asks what has changed
    Then it is given everything
    And the app that applies it holds the newest bootstrap

  Scenario: What is no release's name is refused
    When an app asks what has changed since "yesterday"
    Then the answer says that the request is wrong
    And the answer names the parameter "since"

  Scenario: A listener hears of a change within a second
    Given a client listens
    When an administrator gives the tag "coffee" the icon "tag:mine"
    Then the listener hears of the newest release within a second
    And the app that asks what it lacks holds the newest bootstrap

  Scenario: Who comes back hears what was missed
    Given a client listens
    And the listener has lost its connection
    And an administrator has given the tag "coffee" the icon "tag:mine"
    When the listener comes back
    Then the listener hears of the newest release within a second

  Scenario: Who comes back and missed nothing hears only what is new
    Given a client listens
    And the listener has lost its connection
    And the listener has come back
    When an administrator gives the tag "coffee" the icon "tag:mine"
    Then the listener hears of the newest release within a second
    And the listener has heard of nothing else

  Scenario: A listener is told when the server ends
    Given a client listens
    When Wildside is stopped
    Then the listener is told when to come back
    And its stream has come to a proper end
    And it ends well

  Scenario: A waiting client is answered as soon as there is a new version
    Given a client waits for 20 seconds for another version
    When an administrator gives the tag "coffee" the icon "tag:mine"
    Then the waiting client is told of the newest release within a second

  Scenario: A waiting client is told that nothing has changed when the time is over
    Given a client waits for 1 second for another version
    Then the waiting client is told after a second that nothing has changed

  Scenario: Cutting the server's ear at the very moment of an edit loses nothing
    Given a client listens
    And a client waits for 20 seconds for another version
    When the server's listening connection is cut at the very moment of an edit
    Then the listener hears of the newest release within a second
    And the waiting client is told of the newest release within a second
    And a client that reads is given the newest release within a second

  Scenario: Cutting it before, at and after an edit again and again loses nothing
    Given a client listens
    When the server's listening connection is cut around 6 edits
    Then the listener has heard of each of them within a second
