namespace SumSocket.Protocol.Json;

/// <summary>The members the contract knows; every other one is skipped.</summary>
public enum Member : byte
{
    /// <summary>A member the contract does not know, or none in particular.</summary>
    Other,

    /// <summary>The first addend.</summary>
    A,

    /// <summary>The second addend.</summary>
    B,

    /// <summary>The correlation number of a request and its answer.</summary>
    Id,

    /// <summary>The sum in an answer.</summary>
    Sum,

    /// <summary>The error code in an answer.</summary>
    Error,
}
