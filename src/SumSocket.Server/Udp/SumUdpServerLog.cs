namespace SumSocket.Server.Udp;

/// <summary>All log messages of the UDP server. Event ids 200 to 299.</summary>
internal static partial class SumUdpServerLog
{
    [LoggerMessage(200, LogLevel.Debug, "Receiving on {EndPoint} with a buffer of {BufferSize} bytes ({Wanted} requested)")]
    public static partial void Receiving(ILogger logger, EndPoint endPoint, int bufferSize, int wanted);

    [LoggerMessage(210, LogLevel.Debug, "{Peer} {Request} -> {Answer}")]
    public static partial void Answered(ILogger logger, EndPoint peer, string request, string answer);

    [LoggerMessage(211, LogLevel.Debug, "{Peer} {Datagram} dropped: {Reason}")]
    public static partial void Dropped(ILogger logger, EndPoint peer, string datagram, DropReason reason);

    [LoggerMessage(220, LogLevel.Warning, "Receiving failed {Failures} {FailuresNoun} ({Reason}); going on")]
    public static partial void ReceiveFailed(ILogger logger, long failures, string failuresNoun, string reason);

    [LoggerMessage(230, LogLevel.Information, "Stopping: answering what is in the queue")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(231, LogLevel.Information, "No datagram for {IdleTimeout}: stopping")]
    public static partial void Idle(ILogger logger, Spelled idleTimeout);

    [LoggerMessage(232, LogLevel.Information,
        "Stopped after {Received} {ReceivedNoun}: {Answered} answered, dropped: {Empty} empty, {TooLong} too long, "
        + "{NotARequest} no request, {Forged} with a forged sender, {AnswerTooLong} with too long an answer, {SendFailed} not to be sent, "
        + "{DelayRefused} with a delay that is refused; {Overflowed} lost by the kernel before they were received")]
    public static partial void Stopped(
        ILogger logger, long received, string receivedNoun, long answered, long empty, long tooLong, long notARequest, long forged,
        long answerTooLong, long sendFailed, long delayRefused, string overflowed);

    [LoggerMessage(240, LogLevel.Critical, "A receive loop ended without a stop")]
    public static partial void LoopEnded(ILogger logger, Exception exception);
}
