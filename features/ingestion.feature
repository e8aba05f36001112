Feature: Places of OpenStreetMap
  An operator imports the places of a city from an extract of OpenStreetMap. What vanished there is retired,
  what is broken changes nothing, and the same again is nothing to do.

  Background:
    Given a seeded database

  Scenario: The demo city
    When an operator imports the demo city
    Then 1181 places are known, and 213 of them are of the kind "restaurant"
    And "Helsingin tuomiokirkko" is known as a "cathedral", and matters to "architecture"
    And the operator is told whose data they are

  Scenario: The same file again is nothing to do
    Given an operator has imported the cafés "Ekberg, Esplanad, Fazer"
    When an operator imports the same again
    Then the import is said to have nothing to do
    And one import is on record

  Scenario: What vanished is retired, and comes back
    Given an operator has imported the cafés "Ekberg, Esplanad, Fazer"
    When an operator imports the cafés "Ekberg, Esplanad"
    Then the cafés "Ekberg, Esplanad" are known, and "Fazer" is retired
    When an operator imports the cafés "Ekberg, Esplanad, Fazer"
    Then the cafés "Ekberg, Esplanad, Fazer" are known, and nothing is retired

  Scenario: A file that was cut changes nothing
    Given an operator has imported the cafés "Ekberg, Esplanad, Fazer"
    When an operator imports half of the demo city's file
    Then the file is said to be broken
    And the cafés "Ekberg, Esplanad, Fazer" are known, and nothing is retired

  Scenario: A file that has lost most places is refused
    Given an operator has imported the cafés "Ekberg, Esplanad, Fazer"
    When an operator imports the cafés "Ekberg"
    Then a guard refuses the import
    And the cafés "Ekberg, Esplanad, Fazer" are known, and nothing is retired

  Scenario: Nothing is kept of a dry run
    When an operator tries an import of the cafés "Ekberg, Esplanad"
    Then the import is said to have been rolled back
    And nothing is known
