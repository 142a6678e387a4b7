namespace SumSocket.SystemTests.Harness;

/// <summary>The signals the tests send, with their numbers on Linux (signal(7)).</summary>
public enum Signal
{
    /// <summary>Its terminal has gone; to a service: read the files again.</summary>
    HangUp = 1,

    /// <summary>Ctrl-C.</summary>
    Interrupt = 2,

    /// <summary>Ctrl-\: how does it go?</summary>
    Quit = 3,

    /// <summary>Ends it without asking it.</summary>
    Kill = 9,

    /// <summary>What a supervisor sends to stop a service.</summary>
    Terminate = 15,

    /// <summary>Goes on after <see cref="Stop"/>.</summary>
    Continue = 18,

    /// <summary>Freezes the process; it cannot be handled.</summary>
    Stop = 19,
}
