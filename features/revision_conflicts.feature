Feature: Conflicts of revisions
  Nobody overwrites what they have not seen: a change names the revision that it replaces.

  Background:
    Given a seeded database
    And Wildside serves it
    And Ada is logged in
    And Ada is interested in "coffee"

  Scenario: A change of what was read is done
    When Ada changes her interests, expecting revision 1
    Then they are at revision 2

  Scenario Outline: A change of anything else is refused, and told what there is
    Given Ada has changed her interests to "parks"
    When Ada changes her interests, expecting <what>
    Then it is refused, since there is revision 2
    And Ada is still interested in "parks"

    Examples:
      | what          |
      | revision 1    |
      | revision 3    |
      | nothing there |

  Scenario: Interests and preferences have one revision
    When Ada prefers "imperial" units, with the toggles "shade"
    Then they are at revision 2
    When Ada changes her interests, expecting revision 1
    Then it is refused, since there is revision 2

  Scenario: Of many changes at once one is done
    When Ada changes her interests on 16 devices at once, all expecting revision 1
    Then one of them is done, and the others are told of revision 2

  Scenario: Of many first choices at once one is done
    Given Bob is logged in
    When Bob changes his interests on 16 devices at once, all expecting nothing there
    Then one of them is done, and the others are told of revision 1

  Scenario: A revision may be named by the entity tag that came with it
    When Ada changes what she has read, by its entity tag
    Then they are at revision 2
    When Ada changes it again by the same entity tag
    Then the precondition has failed, since there is revision 2

  Scenario: An entity tag and a revision that contradict each other are refused
    When Ada changes what she has read, by its entity tag and expecting revision 7
    Then it is refused because of "If-Match contradiction"
    And Ada is still interested in "coffee"
