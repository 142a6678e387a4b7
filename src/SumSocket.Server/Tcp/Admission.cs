namespace SumSocket.Server.Tcp;

/// <summary>What becomes of a connection that was accepted.</summary>
internal enum Admission
{
    /// <summary>It is served.</summary>
    Served,

    /// <summary>It is answered <c>busy</c> and closed with a lingering close.</summary>
    Refused,

    /// <summary>Too many are being refused already: it is closed at once.</summary>
    Dropped,
}
