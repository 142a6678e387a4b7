namespace SumSocket.Protocol.Json;

/// <summary>How far a string or a number was read.</summary>
internal enum TokenStep : byte
{
    /// <summary>Every byte was taken and the token may go on.</summary>
    NeedMore,

    /// <summary>The token has ended.</summary>
    Complete,

    /// <summary>No token goes on like this.</summary>
    Invalid,
}
