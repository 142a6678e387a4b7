namespace SumSocket.Client;

/// <summary>No connection could be made.</summary>
public sealed class SumConnectException : Exception
{
    /// <summary>Says what could not be reached and why, in one line for people.</summary>
    public SumConnectException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
