Feature: Pages of people
  An administrator reads who is there page by page, while people come and go.

  Background:
    Given a database without reference data
    And on each of 5 days two people have come
    And there is an administrator

  Scenario: Walking on, and back again
    When the administrator reads everybody, 3 people a page
    Then everybody of those 5 days was met once, in the order in which they came
    When the administrator goes back to the beginning
    Then everybody of those 5 days was met once, in the order in which they came

  Scenario: Who comes while one walks is in nobody's way
    Given the administrator has read 2 pages of 3 people
    When "Late riser" comes on day 2
    And "Newcomer" comes on day 9
    And the administrator goes on to the end
    Then everybody of those 5 days was met once, in the order in which they came
    And "Newcomer" was met once
    When the administrator goes back to the beginning
    Then everybody of those 5 days was met once, in the order in which they came
    And "Late riser" was met once

  Scenario: The people of a page leave once it is read
    Given the administrator has read 2 pages of 2 people
    When everybody on the last of them leaves
    And the administrator goes on to the end
    Then everybody of those 5 days was met once, in the order in which they came

  Scenario: A page from which everybody has gone leads back to who is left
    Given the administrator has read a page of 5 people
    When everybody leaves who was not met yet
    And the administrator goes on to the next page
    Then the page is empty, and is the last one
    When the administrator goes back to the beginning
    Then everybody of those 2 days was met once, in the order in which they came

  Scenario Outline: What is no cursor of this list is refused
    When the administrator reads on from <cursor>
    Then the answer says that the request is wrong
    And the answer names the parameter "cursor"
    And the answer says why: <code>

    Examples:
      | cursor                       | code                  |
      | a made-up cursor             | invalid_cursor        |
      | a cursor of another list     | invalid_cursor        |
      | a cursor that leads sideways | unsupported_direction |

  Scenario Outline: A page has 1 to 100 people
    When the administrator reads a page of <limit> people
    Then the answer says that the request is wrong
    And the answer names the parameter "limit"
    And the answer says why: invalid_limit

    Examples:
      | limit |
      | 0     |
      | 101   |
      | ten   |

  Scenario: Only administrators see who is there
    Given somebody is logged in who is no administrator
    When they ask who is there
    Then they are told that it is not for them
    When a stranger asks who is there
    Then the stranger is told to log in first
