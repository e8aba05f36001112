Feature: The log
  Whoever looks for what happened finds it by the trace that a client was told, and nobody's secrets.

  Scenario: An answer is found in the log by its trace
    Given a seeded database
    And Wildside serves it
    When a client reads the bootstrap
    Then the log has one line of that answer, with its route, status, duration and bytes

  Scenario: A refused login leaves its trace and no password
    Given a seeded database
    And Wildside serves it
    When somebody signs in with a wrong password
    Then the log tells of a refused login, in the trace of the answer
    And the password is nowhere in the log

  Scenario: Who asked is an id
    Given a seeded database
    And Wildside serves it
    And Ada is logged in
    When Ada reads her profile
    Then the log names her by her id alone

  Scenario: Probes do not drown the log
    Given a seeded database
    And Wildside serves it
    When it was probed 20 times
    Then the log has no line of a probe

  Scenario: A seed in a job logs in the trace of the job
    Given a seeded database
    When a job seeds it, in a trace of its own
    Then the log of the job tells in that trace which versions the seed began and ended with
    And its report is on standard output, as ever
