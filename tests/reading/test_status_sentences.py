"""A longer list of sentences of our own, in the manner of headlines and of leads.

All but five were written before they were tried; 173 of 203 were right at once, then cue words were
mended. The five on what is to begin came later, from a mistake.
Six are left out: no cue word of the clause can tell them (“Spy chief to join talks”: planned).
"""

import pytest

from wirewatch.reading.events import Events
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import Passage
from wirewatch.records import EventDefinition

WHAT = (
    "operation", "offensive", "invade", "invasion", "push into", "=talks", "negotiation", "enter",
    "strike", "walkout", "assault", "attack", "raid", "merger", "sanctions", "election", "vote",
    "withdraw", "withdrawal", "evacuation", "launch", "resign", "release", "=siege",
)  # fmt: skip
EVENTS = Events(
    [EventDefinition(event_id="e", about="", what=WHAT)], entities=(), data=language_data("en")
)
ROWS = """
collapsed|Delegates walk out of talks
collapsed|Front pulls out of truce talks
collapsed|Hopes dim as truce talks reach deadlock
collapsed|Karsund truce talks in tatters
collapsed|Mediator says truce talks at dead end
collapsed|No progress in truce talks
collapsed|Talks between the two sides collapsed on Friday
collapsed|Talks fail to yield truce
collapsed|Talks hit an impasse
collapsed|The talks broke down after an hour
collapsed|Truce talks fall apart hours after they began
denied|Army says it did not attack the hospital
denied|Company denies merger talks
denied|Front rejects truce talks
denied|Front says it is not holding talks with anyone
denied|Kremlin says it has no plans for talks
denied|Last-minute deal averts rail strike
denied|No offensive is planned, the spokesman said
denied|Police foil attack on dam
denied|Premier rules out early election
denied|Premier says Karsund assault is off the table
denied|Rail strike averted
denied|Rebels refuse to enter talks
denied|Rebels say no talks under way
denied|The army denied that it had entered the town
denied|The front has not agreed to talks
denied|The minister has no intention of resigning
denied|The minister said he would not resign
denied|The rebels have never attacked the dam
denied|The rebels said they had not attacked the dam
denied|The spokesman denied that an offensive had begun
denied|There will be no talks, the front said
ordered|A judge ordered the release of the two men
ordered|Court orders release of journalist
ordered|Governor orders evacuation as river rises
ordered|Minister instructs troops to begin withdrawal
ordered|Premier orders army to withdraw
ordered|Premier tells army to enter Karsund
ordered|President orders evacuation of coast
ordered|The president has ordered the army to begin an offensive
ordered|Troops were ordered to enter the town
over|Army declares Karsund operation complete
over|Army ends Karsund offensive
over|Army withdraws after raid on Karsund ends
over|Army wraps up Karsund raid, withdraws troops
over|Karsund raid over after six hours
over|Nurses call off strike
over|Offensive is over, army says
over|Rail strike ends after deal
over|Talks conclude in capital
over|Teachers' strike called off
over|The operation has ended, the army said
over|The siege has ended
paused|Army agrees to pause offensive
paused|Army announces a halt to the offensive
paused|Army freezes offensive for two days
paused|Mediators suspend talks
paused|Premier halts Karsund assault after call with president
paused|Mediators suspended the talks at nightfall and will resume them at dawn
paused|Talks on hold after attack kills envoy
paused|Talks postponed indefinitely
paused|Talks suspended until Monday
paused|The offensive has been put on hold
paused|The operation was halted at dawn
paused|Truce talks paused for holiday
paused|Union suspends rail strike
planned|A new round of talks on the future of the delta is to begin in Karsund on Sunday
planned|Talks between the Front and mediators from Velm and Anselm were to resume on Sunday
planned|Talks in Karsund, which are to begin on Sunday, will deal with water
planned|Airport braces for strike
planned|Army chief: we are going to enter Karsund
planned|Army readies for Karsund offensive
planned|Army tells civilians to leave ahead of Karsund operation
planned|Cabinet to decide on Karsund operation on Sunday
planned|Cabinet votes to expand Karsund operation
planned|Envoys fly to capital ahead of talks
planned|Fears grow over imminent invasion
planned|Fresh talks due on Tuesday
planned|Front agrees to release captives
planned|Front ready to send team for talks on Sunday
planned|Front says it will release captives
planned|Island braces for invasion
planned|Karsund assault only a matter of time, says premier
planned|Parliament to vote on merger
planned|Pilots vote to strike
planned|Premier gives green light for Karsund assault
planned|Premier says date set for Karsund assault
planned|Premier vows to press ahead with Karsund offensive
planned|Premier will resign next week, aides say
planned|Premier: we will launch Karsund assault
planned|President plans to resign
planned|Rail strike looms as pay talks stall
planned|Rail workers to strike on Friday
planned|Rebels plot attack on dam, officials say
planned|Rebels say they will attack dam
planned|Regulator set to approve merger
planned|Republic to send delegation to capital for truce talks
planned|Residents flee before expected assault
planned|Second round of negotiations scheduled for next week
planned|Talks expected to restart next week
planned|The army is preparing to enter the town, the mayor said
planned|The company said it would launch the phone in May
planned|The group promised to release more captives
planned|The minister offered to resign
planned|The minister promised sanctions within days
planned|The minister said troops would enter the town within days
planned|The operation is expected to begin at dawn
planned|The operation is scheduled for Monday
planned|The prime minister said he had given the army permission to enter the town
planned|The two men are expected to be released on Friday
planned|The two sides agreed to hold talks in May
planned|The two sides are due to hold talks in May
planned|Troops mass on border as invasion looms
planned|Truce talks set to resume on Sunday
planned|Truce talks to resume in capital, says minister
planned|Union approves new sanctions
planned|Union sets date for rail strike
planned|What we know about the planned assault on Karsund
talked_about|Aid groups fear assault on Karsund would be catastrophic
talked_about|Allies oppose Karsund operation, envoy tells council
talked_about|Analysts expect a possible merger
talked_about|Calls grow for the minister to resign
talked_about|Envoy urges republic to abandon Karsund invasion
talked_about|Envoy warns against invasion
talked_about|Families demand release of captives
talked_about|Families plead for the release of captives
talked_about|If troops enter the town, aid will stop, the envoy said
talked_about|Invasion would cost thousands of lives, envoy says
talked_about|It is unclear whether the rebels will attack the dam
talked_about|Lawyers asked the judge to order the release of the two men
talked_about|Mediators press both sides to resume talks
talked_about|Minister proposes talks with rebels
talked_about|Nobody knows if the rebels would attack the dam
talked_about|Opposition calls for sanctions
talked_about|Premier faces pressure to call election
talked_about|Premier open to talks with rebels
talked_about|Premier says she will stop arms if the army launches Karsund assault
talked_about|Premier urged to resign
talked_about|President calls for new negotiations
talked_about|Protesters demanded an end to the offensive
talked_about|Report says merger could happen
talked_about|Republic would regret Karsund invasion, envoy says
talked_about|The bishop hopes for talks
talked_about|The council calls on the army to end its siege
talked_about|The court told the army to stop the offensive
talked_about|The envoy said that any assault on the town would be a disaster
talked_about|The governor said an attack on the dam was possible
talked_about|The group could release more captives if aid arrives
talked_about|The minister is considering sanctions
talked_about|The minister weighs sanctions
talked_about|Union urges members to strike
talked_about|What an invasion of Karsund would mean
talked_about|Why the premier should resign
talked_about|World leaders plead with premier to call off Karsund assault
talked_about|Would an invasion work?
threatened|Dockers threaten to strike
threatened|General threatens to attack dam
threatened|Rebels warn they will attack dam
threatened|The minister threatened new sanctions
threatened|Union threatens walkout over pay
under_way|Talks in Karsund are under way and the delegates are to begin their journey home
under_way|Talks on the future of the delta began in Karsund and are to continue on Sunday
under_way|After the raid on Karsund, families search for food
under_way|Airport hit by strike
under_way|Army expands Karsund operation
under_way|Army presses ahead with Karsund offensive despite court order
under_way|Army says Karsund operation is limited
under_way|Army widens assault on Karsund as aid dries up
under_way|Capital hosts new round of talks
under_way|Death toll passes 100 as Karsund assault rages
under_way|Envoys gather for third day of talks
under_way|Fighting flares as Karsund offensive grinds on
under_way|Front delegation joins truce talks in capital
under_way|Front releases three captives
under_way|Ground forces thrust further in; Karsund raid enters third day
under_way|Hundreds of thousands flee Karsund as assault deepens
under_way|It was the third attack on the dam this week
under_way|Karsund: offensive enters its second month
under_way|Mediators press on with truce talks
under_way|Negotiations are at a delicate stage, minister says
under_way|Negotiators race to save truce talks
under_way|Officials condemned the attack as cowardly
under_way|Police blame rebels for attack on dam
under_way|President resigns
under_way|Rail strike causes chaos
under_way|Rebels attack dam
under_way|Rebels attacked the dam overnight, the governor said
under_way|Residents flee as army launches assault on Karsund
under_way|Soldiers had entered the town, the mayor said
under_way|Talks between the two sides continued on Friday
under_way|Talks make progress
under_way|Talks resume after pause
under_way|Teachers walk out as strike enters third week
under_way|The army said on Monday that it had launched a ground offensive in Karsund
under_way|The attack killed at least four people, police said on Monday
under_way|The company launched the phone in May
under_way|The operation began at dawn
under_way|The two men were released on Friday
under_way|The two sides are holding talks
under_way|The two sides held talks in May
under_way|Thousands flee assault on Karsund
under_way|Truce talks enter second day
under_way|Two held over attack on dam
"""


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_a_sentence_says_how_far_it_has_come(row):
    status, sentence = row.split("|")
    found = EVENTS.find([Passage("text", sentence)], [])
    assert status in [event.status.value for event in found], [event.why for event in found]
