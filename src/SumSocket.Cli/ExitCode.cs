namespace SumSocket.Cli;

/// <summary>What the exit codes of the programs mean. They are part of the command line contract: scripts depend on them.</summary>
internal static class ExitCode
{
    /// <summary>0: all went well; a stop by signal is a normal end, unless <see cref="Unreachable"/>.</summary>
    public const int Success = 0;

    /// <summary>1: answers are missing: lost, timed out, errors instead of sums, or results that could not be written.</summary>
    public const int AnswersMissing = 1;

    /// <summary>2: the command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>3: a threshold the user set was missed.</summary>
    public const int ThresholdMissed = 3;

    /// <summary>4: an answer was wrong, which outweighs missing ones.</summary>
    public const int WrongAnswer = 4;

    /// <summary>5: a client that never had a connection, also when a signal ended the wait; a server that could not listen.</summary>
    public const int Unreachable = 5;

    /// <summary>70: a fault inside the program (EX_SOFTWARE of sysexits.h), so that a supervisor starts it again.</summary>
    public const int InternalFault = 70;

    /// <summary>141: the reader of the results has gone. As a shell reports a filter that SIGPIPE ended (128 + 13).</summary>
    public const int OutputClosed = 141;

    /// <summary>128: added to the number of the signal that ended the program at once, as shells do.</summary>
    public const int SignalBase = 128;
}
