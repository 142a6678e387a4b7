namespace SumSocket.SystemTests.Harness;

/// <summary><c>SUMSOCKET_LONG=1</c> makes the tests that show something by mass or time take as much of it as was promised.</summary>
internal static class LongRun
{
    /// <summary>Whether it was requested.</summary>
    public static bool IsRequested { get; } = Environment.GetEnvironmentVariable("SUMSOCKET_LONG") == "1";
}
